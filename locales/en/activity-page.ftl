# The page of the activity log.

activity-title = Activity
activity-lead = Who did what in this organisation, newest first. Nothing here can be changed or deleted.
activity-any = Any activity
activity-filter = Filter
activity-clear = Show everything
activity-field-activity = Activity
activity-field-name = Who or whom
activity-field-since = From
activity-field-until = To
activity-column-time = When
activity-column-event = What happened
activity-column-from = From where
activity-refused = Refused
activity-empty-title = Nothing like this happened
activity-empty-text = Try another activity, a part of a name, or a longer time.
activity-export-csv = Export as CSV
activity-export-json = Export as JSON lines
activity-export-limit = An export has the newest { $limit } events that match. For more, export a shorter time each.
activity-one-back = Activity
activity-one-who = Who
activity-one-whom = To what
activity-one-time = When
activity-one-from = From
activity-one-from-here = This server
activity-one-result = Result
activity-one-done = Done
activity-one-id = Event id
activity-one-changes = What changed
activity-one-no-changes = No values are kept for this event.
activity-one-property = Property
activity-one-old = Before
activity-one-new = After
activity-shown = { $count ->
    [one] One event on this page
   *[other] { $count } events on this page
}
