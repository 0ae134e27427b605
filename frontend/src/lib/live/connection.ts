/** How the tab's link to the gateway is; times are milliseconds of `Clock.now`. */
export type Connection =
  | { readonly state: "idle" }
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "reconnecting"; readonly since: number }
  | { readonly state: "signed-out" }
  | { readonly state: "refused"; readonly why: string };
