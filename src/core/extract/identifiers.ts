export { fillIdentifiers, quoteIdent, quoteTable, quoteText } from '../sql/identifiers';
