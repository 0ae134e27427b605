import { NotFoundMessage } from "@/components/shell/not-found-message";

export default function ProductNotFound() {
  return (
    <NotFoundMessage
      title="We could not find this product"
      text="The address may be mistyped, or the product no longer exists."
      href="/"
      link="Go to the shop"
    />
  );
}
