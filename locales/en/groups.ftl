# Groups of a tenant.

groups-title = Groups
groups-lead = People, and other groups, that rights and messages are meant for together.
groups-search = Search groups
groups-add = Create a group
groups-filter-label = Show
groups-filter-all = All
groups-filter-security = Security
groups-filter-together = Microsoft 365
groups-filter-assigned = Assigned
groups-filter-rule = By rule
groups-filter-roles = For roles
groups-filter-deleted = Deleted
groups-column-name = Name
groups-column-kind = Kind
groups-column-kept = Until it is removed
groups-column-membership = Membership
groups-column-mail = E-mail
groups-shown = { $count ->
    [one] One group on this page
   *[other] { $count } groups on this page
}
groups-days-left = { $days ->
    [0] Removed today
    [one] 1 day left
   *[other] { $days } days left
}
groups-empty-title = No groups yet
groups-empty-text = A group saves saying the same thing of many people one by one.
groups-empty-search-title = No group matches
groups-empty-search-text = Search looks at the beginnings of words of names and descriptions.
groups-empty-deleted-title = No group is deleted
groups-empty-deleted-text = Groups that you delete stay here for 30 days and can be restored.
groups-show-all = Show all groups

## My groups

my-groups-title = My groups
my-groups-lead = The groups that you are in, and those that you own and may change.
my-groups-filter-owned = Owned by me
my-groups-column-are = You are
my-groups-owner = Owner
my-groups-member = Member
my-groups-none-title = No group yet
my-groups-none-text = Groups that somebody adds you to, or makes you an owner of, stand here.
my-groups-empty-text = No group of yours fits what you look for.
my-groups-all = Show all of mine

## Kinds

groups-kind-security = Security group
groups-kind-security-text = Rights are given to it. Takes people, security groups and service principals.
groups-kind-together = Microsoft 365 group
groups-kind-together-text = People who work together, with a mail address. Takes people alone.
groups-membership-assigned = Assigned
groups-membership-assigned-text = Members are added and removed one by one.
groups-membership-rule = By rule
groups-membership-rule-text = Whoever the rule describes is a member, and nobody else.

## One group

groups-deleted = Deleted
groups-for-roles = Roles can be granted to it
groups-edit = Edit
groups-delete = Delete
groups-restore = Restore
groups-deleted-note = { $days ->
    [0] This group is deleted and will be removed for good today.
    [one] This group is deleted and will be removed for good in 1 day.
   *[other] This group is deleted and will be removed for good in { $days } days.
}
groups-members = Members
groups-members-none = Nobody is in this group.
groups-members-none-fits = The rule describes nobody.
groups-members-evaluating = The rule is being asked of everybody now.
groups-members-reload = Show who is in it by now
groups-members-count = { $count ->
    [one] One member
   *[other] { $count } members
}
groups-members-hidden = Only members, owners and those who manage groups see who is in this group.
groups-members-first = First page
groups-members-next = Next page
groups-members-add = Add members
groups-member-person = Person
groups-member-group = Group
groups-member-application = Service principal
groups-owners = Owners
groups-owners-none = Nobody owns this group. Those who manage groups can change it.
groups-owners-add = Add owners
groups-remove = Remove
groups-remove-owner = Remove owner
groups-facts = About
groups-description = Description
groups-rule = Rule
groups-paused = Paused
groups-created = Created
groups-id = Object id
groups-in = Is in
groups-activity = Activity
groups-activity-none = Nothing has happened here yet.
groups-why = Why can't I change this group?
groups-why-lead = Its owners can, and people with one of these roles:
groups-done-created = The group is created.
groups-done-updated = The changes are saved.
groups-done-deleted = The group is deleted. It can be restored for 30 days.
groups-done-restored = The group is restored.
groups-done-added = Added.
groups-done-removed = Removed.

## Creating and changing

groups-new-title = Create a group
groups-new-lead = Members and owners are added once it is there.
groups-edit-lead = Whether it is a security group or has mail was settled when it was created.
groups-edit-title = Edit { $name }
groups-nickname-hint = Letters, digits and signs without spaces. Left empty, it is made from the name.
groups-rule-hint = For instance user.department -eq "Sales" -and user.country -in ["GR", "CY"].
groups-try = See who matches
groups-preview-title = { $count ->
    [0] Nobody matches
    [one] One person matches
   *[other] { $count } people match
}
groups-preview-all = { $count ->
    [one] One person was looked at.
   *[other] All { $count } people were looked at.
}
groups-preview-partial = The first { $count } people were looked at. There are more.
groups-paused-hint = Members stay as they are until the rule goes on.
groups-roles-hint = Settled for good when the group is created. Only those who grant roles can change such a group.
groups-save = Save
groups-create = Create
groups-cancel = Cancel

## Adding

groups-add-members-title = Add members to { $name }
groups-add-owners-title = Add owners to { $name }
groups-add-lead = The first that match are shown. Search for the others.
groups-add-search = Search people and groups
groups-add-legend = Who to add
groups-add-ticked = Add the ticked ones
groups-add-none-title = Nobody to add
groups-add-none-text = Whoever matches is there already, or nobody matches the search.

## Deleting

groups-delete-title = Delete { $name }?
groups-delete-effect-members = { $count ->
    [0] Nobody is in it.
    [one] Its one member loses what the group gave.
   *[other] Its { $count } members lose what the group gave.
}
groups-delete-effect-days = It can be restored for { $days } days, with its members and owners.

## Several groups

groups-many-delete = { $count ->
    [one] Delete this group?
   *[other] Delete these { $count } groups?
}
groups-many-delete-effect = Their members lose what the groups give. You can restore the groups for 30 days, with members and owners.
groups-many-deleted = { $count ->
    [0] No group was deleted
    [one] One group is deleted
   *[other] { $count } groups are deleted
}
groups-many-restore = { $count ->
    [one] Restore this group?
   *[other] Restore these { $count } groups?
}
groups-many-restore-effect = They come back with their members and owners.
groups-many-restored = { $count ->
    [0] No group was restored
    [one] One group is restored
   *[other] { $count } groups are restored
}
groups-tick = Tick { $name }
groups-remove-ticked = Remove the ticked
groups-many-remove = { $count ->
    [one] Remove this member?
   *[other] Remove these { $count } members?
}
groups-many-remove-effect = They lose what the group gives.
groups-many-removed = { $count ->
    [0] Nobody was removed
    [one] One member is removed
   *[other] { $count } members are removed
}

groups-add-one = Add
