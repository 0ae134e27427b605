import { Problem } from "@/lib/api/problem";
import { json } from "@/server/answers";
import { serviceUnavailable } from "@/server/problems";
import { products } from "@/server/products";

/** `?sku=...&sku=...`: these products as they are now, for everybody. One that is missing does not exist. */
export async function GET(request: Request): Promise<Response> {
  const skus = new Set(new URL(request.url).searchParams.getAll("sku"));
  try {
    const known = await products();
    return json({ items: [...skus].flatMap((sku) => known.get(sku) ?? []) });
  } catch (error) {
    if (error instanceof Problem || isTimeout(error)) return serviceUnavailable(request, "inventory");
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
