export { copyExample, EXAMPLES, exampleDirectory, onlineRetailData, protectKeys, type ExampleName } from './locate';
export { generateShop, SHOP_DEFAULTS, type GeneratedShop, type GenerateOptions } from './generate';
export { compareWithTruth, readTruth, type CustomerMatrix, type TruthComparison } from './truth';
