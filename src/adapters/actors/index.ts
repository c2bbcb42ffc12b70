export { defaultKeyFile, newKey, readKeyFile, readPublicKeyFile, writeKeyFile } from './key-files';
