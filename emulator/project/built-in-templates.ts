import type { JsonObject } from "../json.ts";

/**
 * The text of an e-mail that nobody customised. The server has its own words for each locale; the emulator has these, in
 * English, with the same placeholders.
 */
export function builtInTemplate(templateId: string): JsonObject {
  const { subject = "", body = "" } = templates[templateId] ?? {};
  return {
    message: `<p>Hi {{user}},</p>\n${body}\n<p>The team of {{project}}</p>`,
    senderName: "",
    senderEmail: "",
    replyToEmail: "",
    replyToName: "",
    subject,
  };
}

const templates: Readonly<Record<string, { readonly subject: string; readonly body: string }>> = {
  verification: {
    subject: "Account Verification for {{project}}",
    body: '<p>Please confirm your address for {{project}}: <a href="{{redirect}}">confirm</a>.</p>',
  },
  magicSession: {
    subject: "{{project}} Login",
    body: '<p>Sign in to {{project}} with this link: <a href="{{redirect}}">sign in</a>.</p>',
  },
  recovery: {
    subject: "Password Reset for {{project}}",
    body: '<p>Choose a new password for {{project}}: <a href="{{redirect}}">reset password</a>.</p>',
  },
  invitation: {
    subject: "Invitation to {{team}} Team at {{project}}",
    body: '<p>{{owner}} asks you to join {{team}} at {{project}}: <a href="{{redirect}}">accept</a>.</p>',
  },
  mfaChallenge: {
    subject: "Verification Code for {{project}}",
    body: "<p>Your code for {{project}} is {{otp}}.</p>",
  },
  sessionAlert: {
    subject: "Security alert: new session on your {{project}} account",
    body: "<p>Somebody signed in to {{project}} from {{ipAddress}} ({{country}}) with {{device}}.</p>",
  },
  otpSession: {
    subject: "OTP for {{project}} Login",
    body: "<p>Your one-time password for {{project}} is {{otp}}.</p>",
  },
};
