/**
 * Texts of which Terraform, HCL, JSON, a CDK or an application might make something else: each has at least one word of one of their
 * languages, alone, at either end, or next to another.
 */

const PARTS = [
  // Terraform's templates.
  "${",
  "%{",
  "$${",
  "%%{",
  "$",
  "%",
  "}",
  "~}",
  "${a.b}",
  "${ [for x in y : x] }",
  "%{ if true }a%{ else }b%{ endif }",
  "%{~ for a in b ~}",
  "$$",
  "$$${",
  "${${}}",
  // HCL and JSON.
  '"',
  "\\",
  "\\\\",
  '\\"',
  "\\n",
  "\\u0041",
  "\n",
  "\r\n",
  "\r",
  "\t",
  "EOF",
  "\nEOF\n",
  "<<EOF\na\nEOF",
  "<<-EOT\n  a\n  EOT\n",
  "#",
  "//",
  "/*",
  "*/",
  "[",
  "]",
  "{",
  "=",
  ",",
  ":",
  '{"a": ["b", null, 1e400]}',
  '["a"]',
  'resource "x" "y" {\n  z = "${self.id}"\n}\n',
  "null",
  "true",
  "0123",
  "1e5",
  "-0",
  "",
  // A CDK's tokens, as text.
  "${TfToken[TOKEN.999999]}",
  "${TfToken[",
  "#{TfToken[TOKEN.999999]}",
  "&{TfToken[TOKEN.999999]}",
  "TfToken[TOKEN.0]",
  "#{Token[TOKEN.1]}",
  "<<${Token[a.1]}>>",
  "-1.8881545897087626e+289",
  "-8.109562213520763e+298 or so",
  "String Map Token Value",
  "Any Map Token Value",
  // Other languages, which must not be touched.
  "{{user}}",
  "{{{raw}}}",
  "</script><script>alert(1)</script>",
  "<!--",
  "&amp;",
  "'",
  "`",
  "`id`",
  "$(id)",
  "%s %d",
  "../..",
  "C:\\temp\\new",
  "constructor",
  "__proto__",
  "toString",
  "for",
  // Characters.
  " ",
  "\u00a0",
  "é",
  "ß",
  "日本語",
  "\u{1F600}",
  "\u{1F469}\u200d\u{1F4BB}",
  "\u2028",
  "\u2029",
  "\u202eabc\u202c",
  "\u200f",
  "\u200b",
  "\ufeff",
  "\ufffd",
  "\u0001",
  "\u001b[31m",
  "\u007f",
  "\u0085",
  "\uffff",
  "\u{10ffff}",
];

/** What is long beside what is short. */
const LONG = ['"${\\'.repeat(500), `${"a".repeat(20_000)}\${`, "\u{1F600}%{".repeat(500), `${"x\n".repeat(500)}EOF`];

const COMBINED = PARTS.flatMap((left, index) =>
  [1, 7, 13].map((step) => {
    const right = PARTS[(index + step) % PARTS.length] ?? "";
    const middle = PARTS[(index * step + step) % PARTS.length] ?? "";
    return step === 7 ? `a${left}${right}b` : left + middle + right;
  }),
);

/** At least 200 of them, each once, none of more than 255 characters. */
export const SHORT_HOSTILE_TEXTS: readonly string[] = [...new Set([...PARTS, ...COMBINED])];

/** The same and some long ones. */
export const HOSTILE_TEXTS: readonly string[] = [...SHORT_HOSTILE_TEXTS, ...LONG];
