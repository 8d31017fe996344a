"""How good each agency's data is: quality rules, scores, history."""
