import { problem } from "./problems";

const PATIENCE_MS = 10_000;

/** What was sent; a problem when it is more than `limit` bytes, or not all there in time. Then the rest is not read. */
export async function bodyOrProblem(
  request: Request,
  limit: number,
  patience: number = PATIENCE_MS,
): Promise<Uint8Array<ArrayBuffer> | Response> {
  if (Number(request.headers.get("Content-Length") ?? 0) > limit) return tooLarge(request, limit);
  const reader = request.body?.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader?.cancel();
  }, patience);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      size += read.value.byteLength;
      if (size > limit) return tooLarge(request, limit);
      chunks.push(read.value);
    }
    return late ? tooSlow(request) : new Uint8Array(Buffer.concat(chunks));
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(request: Request, limit: number): Response {
  const detail = `At most ${limit / 1024} KiB are taken.`;
  return problem(request, 413, "content-too-large", "The request body is too large", detail);
}

function tooSlow(request: Request): Response {
  return problem(
    request,
    408,
    "request-timeout",
    "The request took too long",
    "Its body did not arrive in time.",
  );
}
