/** One of the drawings in public/images; decoration. */
export function Illustration({ name }: { name: "empty-cart" | "not-found" }) {
  // A small vector file: there is nothing for next/image to make smaller.
  // eslint-disable-next-line @next/next/no-img-element
  return <img src={`/images/${name}.svg`} alt="" width={240} height={180} loading="lazy" />;
}
