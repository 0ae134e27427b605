export default function Home() {
  return <main>EventFlow</main>;
}
