/** The cookie that ties the issuer's answers to the browser in which signing in began. */
export function signInCookie(publicUrl: string) {
  const secure = publicUrl.startsWith("https:");
  return {
    name: secure ? "__Host-sign-in" : "sign-in",
    // Lax: the issuer's redirect back is a navigation from another site.
    options: { httpOnly: true, sameSite: "lax", path: "/", secure } as const,
  };
}
