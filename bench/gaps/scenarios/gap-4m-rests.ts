import { declareGap } from '../declare.js';

export default await declareGap(import.meta.url, '4M', 'rests');
