import type { FunctionDefinition } from "../../provider/schema/other-definitions.ts";
import type { Value } from "../../provider/schema/value.ts";

/** What an example call of a provider function gives: `provider::appwrite::read(provider::appwrite::role_any())` is `read("any")`. */
export function evaluateExample(functions: readonly FunctionDefinition[], example: string): Value {
  const tokens = example.match(/provider::appwrite::\w+|"(?:[^"\\]|\\.)*"|[(),]/g) ?? [];
  let position = 0;
  const expression = (): Value => {
    const token = tokens[position++] ?? "";
    if (token.startsWith('"')) return JSON.parse(token) as string;
    const name = token.replace("provider::appwrite::", "");
    const called = functions.find((one) => one.name === name);
    if (!called || tokens[position++] !== "(") throw new Error(`The example ${example} is not understood at ${token}.`);
    const parameters: Value[] = [];
    while (tokens[position] !== ")") {
      parameters.push(expression());
      if (tokens[position] === ",") position++;
    }
    position++;
    return called.call(parameters);
  };
  return expression();
}
