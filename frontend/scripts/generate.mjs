/**
 * Writes the TypeScript types of the services' REST resources and of the published events, from the
 * documents in docs/. With --check nothing is written: a stale file is named and the exit status is 1.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const FRONTEND = path.resolve(import.meta.dirname, "..");
const DOCS = path.resolve(FRONTEND, "../docs");
const SERVICES = ["order", "payment", "inventory"];

const document = async (name) => JSON.parse(await readFile(path.join(DOCS, name), "utf8"));

/** The events as one OpenAPI document: a flat schema for each, and `EventFlowEvent`, one of them. */
function eventsDocument({ components: { messages, schemas } }) {
  const { CloudEvent: envelope, ...data } = schemas;
  const events = Object.values(messages).map((message) => {
    const [, { properties }] = message.payload.items.allOf;
    return [
      message.name,
      {
        ...envelope,
        title: message.name,
        description: message.summary,
        properties: { ...envelope.properties, ...properties },
      },
    ];
  });
  const union = { oneOf: events.map(([name]) => ({ $ref: `#/components/schemas/${name}` })) };
  return {
    openapi: "3.1.0",
    info: { title: "events", version: "1" },
    paths: {},
    components: { schemas: { ...data, ...Object.fromEntries(events), EventFlowEvent: union } },
  };
}

async function types(openapi, source) {
  // A default says what the reader may leave out, so the field is optional.
  const ast = await openapiTS(openapi, { defaultNonNullable: false });
  return `// Made by \`npm run generate\` from ${source}: change that instead.\n\n${astToString(ast)}`;
}

const wanted = [];
for (const service of SERVICES) {
  const source = `openapi/${service}.json`;
  wanted.push([
    `src/lib/api/generated/${service}.d.ts`,
    await types(await document(source), `docs/${source}`),
  ]);
}
const asyncapi = "contracts/asyncapi.json";
wanted.push([
  "src/lib/events/generated/events.d.ts",
  await types(eventsDocument(await document(asyncapi)), `docs/${asyncapi}`),
]);

const check = process.argv.includes("--check");
for (const [file, text] of wanted) {
  const target = path.join(FRONTEND, file);
  if (!check) {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  } else if ((await readFile(target, "utf8").catch(() => null)) !== text) {
    console.error(`frontend/${file} is stale: run \`npm run generate\` in frontend/`);
    process.exitCode = 1;
  }
}
