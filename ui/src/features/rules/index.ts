// The person's standing answers: what there is, and rules that hold something back.

export { default as AddRule } from './AddRule.svelte';
export { concerns, scopeOf } from './document';
export { default as RuleList } from './RuleList.svelte';
export { Rules } from './store.svelte';
