/** From this adjusted Rand index on the agreement of two partitions is good. Steinley, Psychological Methods 9(3), 2004. */
export const SAME_STORY = 0.8;
