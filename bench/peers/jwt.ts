/** The two that write encrypted JSON Web Tokens. */
import { decode, encode } from "@auth/core/jwt";
import { EncryptJWT, jwtDecrypt } from "jose";
import { type Codec, KEY, SECRET } from "./codec.ts";

export const jose: Codec = {
  label: "jose 6, JWE dir A256GCM",
  encrypted: true,
  seal: (data) => new EncryptJWT(data).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(KEY),
  unseal: (text) => jwtDecrypt(text, KEY),
};

export const authCore: Codec = {
  label: "@auth/core jwt",
  encrypted: true,
  seal: (data) => encode({ token: data, secret: SECRET, salt: "session" }),
  unseal: (text) => decode({ token: text, secret: SECRET, salt: "session" }),
};
