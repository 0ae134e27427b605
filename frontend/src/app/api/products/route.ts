import { json } from "@/server/answers";
import { isServiceAway } from "@/server/away";
import { serviceUnavailable } from "@/server/problems";
import { products } from "@/server/products";

/** `?sku=...&sku=...`: these products as they are now, for everybody. One that is missing does not exist. */
export async function GET(request: Request): Promise<Response> {
  const skus = new Set(new URL(request.url).searchParams.getAll("sku"));
  try {
    const known = await products();
    return json({ items: [...skus].flatMap((sku) => known.get(sku) ?? []) });
  } catch (error) {
    if (isServiceAway(error)) return serviceUnavailable(request, "inventory");
    throw error;
  }
}
