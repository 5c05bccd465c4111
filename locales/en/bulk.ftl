# The same act on several objects of a list.

bulk-none-title = Nothing is ticked
bulk-none-text = Tick some rows of the list first.
bulk-back = Back to the list
bulk-no-group = There is no group that fits and that you may change.
bulk-refused = Unchanged
