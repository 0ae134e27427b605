// The standalone output leaves static files to whoever serves it: put them where its server looks.
import { cp } from "node:fs/promises";

await cp(".next/static", ".next/standalone/.next/static", { recursive: true });
await cp("public", ".next/standalone/public", { recursive: true });
