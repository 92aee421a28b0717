import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { SiteFooter, SiteHeader } from "./_components/site-frame";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "next-beaker: sessions you can see", template: "%s · next-beaker" },
  description: "What a session is, where it rests and when it ends: a workbench for the Next.js App Router.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f4f2ea" },
    { media: "(prefers-color-scheme: dark)", color: "#131715" },
  ],
};

// Reads no session: a page that does not ask for one stays static, and costs nothing.
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip button" href="#main">
          Skip to the content
        </a>
        <SiteHeader />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}
