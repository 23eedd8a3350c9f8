import { catalogue } from "../../provider/resources/index.ts";
import { isDataType, testExamples, typesWithExample } from "../support/resource-examples.ts";

test("every resource has an example", () => {
  const missing = catalogue.resources.map(({ type }) => type).filter((type) => !typesWithExample().includes(type));
  expect(missing).toEqual([]);
});

testExamples(typesWithExample().filter((type) => !isDataType(type)));
