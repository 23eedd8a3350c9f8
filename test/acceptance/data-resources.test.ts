import { isDataType, testExamples, typesWithExample } from "../support/resource-examples.ts";

testExamples(typesWithExample().filter(isDataType));
