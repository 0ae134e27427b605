import coreWebVitals from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";

const config = [
  { ignores: [".next/**", "next-env.d.ts", "src/lib/api/generated/**", "src/lib/events/generated/**"] },
  ...coreWebVitals,
  ...typescript,
];

export default config;
