/** What a kind of messaging provider takes, by the names of our attributes. */
export interface ProviderKind {
  /** What it needs to be enabled. Measured (real-server E): without one of these the server leaves it disabled, and says nothing. */
  readonly needs: readonly string[];
  /** What it takes besides. */
  readonly takes: readonly string[];
  /** What it needs even while it is disabled. */
  readonly always?: readonly string[];
}

const SENDER = ["from_name", "reply_to_name", "reply_to_email"];

/** The kinds of providers, by the word of their routes. */
export const PROVIDER_KINDS: { readonly [type: string]: ProviderKind } = {
  mailgun: { needs: ["api_key", "domain", "is_eu_region", "from_email"], takes: SENDER },
  sendgrid: { needs: ["api_key", "from_email"], takes: SENDER },
  resend: { needs: ["api_key", "from_email"], takes: SENDER },
  ses: { needs: ["access_key", "secret_key", "region", "from_email"], takes: SENDER },
  smtp: {
    needs: ["host", "from_email"],
    takes: ["port", "username", "password", "encryption", "auto_tls", "mailer", ...SENDER],
    always: ["host"],
  },
  twilio: { needs: ["account_sid", "auth_token", "from"], takes: [] },
  vonage: { needs: ["api_key", "api_secret", "from"], takes: [] },
  msg91: { needs: ["template_id", "sender_id", "auth_key"], takes: [] },
  telesign: { needs: ["customer_id", "api_key", "from"], takes: [] },
  textmagic: { needs: ["username", "api_key", "from"], takes: [] },
  fcm: { needs: ["service_account_json"], takes: [] },
  apns: { needs: ["auth_key", "auth_key_id", "team_id", "bundle_id"], takes: ["sandbox"] },
};
