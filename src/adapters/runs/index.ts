export { createRunStore } from './store';
