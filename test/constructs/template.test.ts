import { escapeText, hclValue, plainText, quoteTemplate } from "../../constructs/template.ts";
import fc from "../support/fast-check.ts";

const token = "$" + "{TfToken[TOKEN.7]}";

test.each([
  ["plain", "plain"],
  ["a ${b}", "a $${b}"],
  ["%{ if x }", "%%{ if x }"],
  ["$${x}", "$$${x}"],
  ["{}", "{}"],
  ["\ufeffa", String.raw`${"$"}{"\ufeff"}a`],
  [`id ${token}`, `id ${token}`],
  [`$${token}`, `\${"$"}${token}`],
  [`\${a}${token}%`, `$\${a}${token}%`],
  [`a\r${token}`, `a\${"\\r"}${token}`],
  [`a\r\n${token}`, `a\r\n${token}`],
])("the text %j is written %j", (text, template) => {
  expect(escapeText(text)).toBe(template);
});

test("what only looks like a token is text, and holds no mark of a token", () => {
  const text = `$${token} #{TfToken[a.1]} &{TfToken[b]}`;
  const template = escapeText(text, () => false);
  expect(template).not.toMatch(/[$#&]\{TfToken\[/);
  expect(plainText(template)).toBe(text);
});

test("any text comes back from its template", () => {
  const parts = fc.constantFrom("$", "%", "{", "}", '"', "\\", "\n", "a", "#", "é", "\ufeff", "\r", "{TfToken[a.1]}");
  fc.assert(
    fc.property(
      fc.array(parts).map((all) => all.join("")),
      (text) => {
        expect(plainText(escapeText(text, () => false))).toBe(text);
      },
    ),
  );
});

test.each(["${a.b}", "x %{ if a }y%{ endif }", token, "#{TfToken[TOKEN.1]}"])(
  "%j is not known at synth",
  (template) => {
    expect(plainText(template)).toBeNull();
  },
);

test.each([
  ['say "hi"', String.raw`say \"hi\"`],
  ["a\\d\n\t\r", String.raw`a\\d\n\t\r`],
  ["\u0001", String.raw`\u0001`],
  ['${f("a", {b = "c"})} "x"', String.raw`${'${f("a", {b = "c"})}'} \"x\"`],
  ['$${"x"}', String.raw`$${'${\\"x\\"}'}`],
  ['${"}"}"', '${"}"}\\"'],
])("the template %j stands between quotes as %j", (template, quoted) => {
  expect(quoteTemplate(template)).toBe(quoted);
});

test("values are given to the renderer so that it prints them as they are", () => {
  expect(hclValue({ a: '"', "": 1, for: [true], "-x": "${y.z}", 'q"': "0123" })).toEqual({
    a: '"\\""',
    '${""}': 1,
    "\\u0066or": [true],
    "\\u002dx": "${y.z}",
    'q\\"': '"0123"',
  });
  expect(hclValue({ '-a"\n': 1 })).toEqual({ '\\u002da\\"\\n': 1 });
});
