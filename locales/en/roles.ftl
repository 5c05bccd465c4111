# Roles, what they do in one line, and what a page says to those who lack one.

role-global-administrator = Global administrator
role-global-administrator-does = Everything: people, roles, domain names, billing, activity
role-user-administrator = User administrator
role-user-administrator-does = Creates, changes and deletes people, decides requests for access
role-helpdesk-administrator = Helpdesk administrator
role-helpdesk-administrator-does = Sets new passwords for people without administrative roles
role-domain-name-administrator = Domain name administrator
role-domain-name-administrator-does = Adds, proves and removes domain names
role-billing-administrator = Billing administrator
role-billing-administrator-does = Sees and changes the billing account
role-privileged-role-administrator = Privileged role administrator
role-privileged-role-administrator-does = Grants and takes away roles, as far as its own rights go
role-groups-administrator = Groups administrator
role-groups-administrator-does = Creates, changes and deletes groups
role-application-administrator = Application administrator
role-application-administrator-does = Registers, changes and deletes applications
role-cloud-application-administrator = Cloud application administrator
role-cloud-application-administrator-does = Registers, changes and deletes applications
role-password-administrator = Password administrator
role-password-administrator-does = Sets new passwords for people without administrative roles
role-global-reader = Global reader
role-global-reader-does = Sees everything, changes nothing
role-security-reader = Security reader
role-security-reader-does = Sees people and the activity log

denied-title = You can't { $permission }
denied-lead = Your roles don't allow you to { $permission }. These roles do:
denied-own = A role of your organisation
denied-who = See who can give you one
denied-account = Go to My account
role-reports-reader = Reports reader
role-reports-reader-does = Sees the activity log
role-directory-readers = Directory readers
role-directory-readers-does = Sees people, groups and applications
role-directory-writers = Directory writers
role-directory-writers-does = Creates, changes and deletes people and groups
role-authentication-administrator = Authentication administrator
role-authentication-administrator-does = Sets new passwords for people without administrative roles
role-compliance-administrator = Compliance administrator
role-compliance-administrator-does = Sees people and the activity log

## What roles allow, to stand after "can" and "allow you to"

permission-read-directory = see people, groups, applications and roles
permission-manage-users = create, change and delete people
permission-reset-passwords = set new passwords for people
permission-manage-administrators = do the same to people with administrative roles
permission-decide-access-requests = decide requests for access
permission-manage-groups = create, change and delete groups
permission-manage-applications = register, change and delete applications
permission-manage-webhooks = say where changes are told
permission-manage-roles = make roles, grant them and take them away
permission-manage-domains = add, verify and remove domain names
permission-manage-organization = change what the organisation says of itself
permission-read-audit = read the activity log
permission-read-billing = see the billing account
permission-manage-billing = change the billing account
permission-area-people = People
permission-area-groups = Groups and applications
permission-area-organisation = Organisation
permission-area-billing = Billing

## The pages of roles

roles-title = Roles
roles-lead = What people, groups and applications may do. Everybody else looks after their own account only.
roles-new = New role
roles-column-name = Role
roles-column-allows = Allows to
roles-column-holders = Held by
roles-own = Your organisation's own roles
roles-own-none-title = No roles of your own yet
roles-own-none-text = Where no built-in role fits, make one that allows just what is needed.
roles-built-in = Built-in roles
roles-disabled = Disabled
roles-disabled-note = This role is disabled. It allows nothing to those who hold it.
roles-allows = What it allows
roles-holders = Who holds it
roles-holders-none = Nobody holds this role.
roles-holders-next = Next page
roles-holders-first = First page
roles-holders-group-note = Everybody who is in the group has the role.
roles-kind-person = Person
roles-kind-group = Group
roles-kind-application = Application
roles-assign = Give the role to somebody
roles-assign-title = Give somebody the role { $role }
roles-assign-lead = It counts from their next page on. Groups are listed if they were made to hold roles.
roles-assign-search = Search people, groups and applications
roles-assign-legend = Found
roles-assign-none-title = Nobody found
roles-assign-none-text = Search by another name, or check whether they hold the role already.
roles-assign-ticked = Give the role
roles-remove = Take away
roles-remove-title = Take the role { $role } from { $name }?
roles-remove-effect = It counts from the next page that they open.
roles-remove-effect-group = Everybody who is in the group loses it, unless they have it from elsewhere.
roles-edit = Edit
roles-edit-title = Edit { $role }
roles-edit-lead = A change counts at once for everybody who holds the role.
roles-new-title = New role
roles-new-lead = It can allow what your own roles allow, and no more.
roles-enabled-hint = A disabled role allows nothing to those who hold it.
roles-save = Save
roles-create = Create role
roles-cancel = Cancel
roles-delete = Delete
roles-delete-title = Delete the role { $role }?
roles-delete-effect = Nobody holds it. It can't be brought back.
roles-delete-held = { $count ->
        [one] One person, group or application holds it. Take it from them first.
       *[other] { $count } people, groups and applications hold it. Take it from them first.
    }
roles-why = Why can't I change this?
roles-why-built-in = Built-in roles are the same in every organisation.
roles-why-beyond = This role allows more than your own roles do.
roles-id = Object id
roles-made = The role is made.
roles-done-updated = The role is changed.
roles-done-deleted = The role is deleted.
roles-done-assigned = The role is given.
roles-done-removed = The role is taken away.
roles-from-self = Given directly
roles-from-group = From the group

## My access

access-title = My access
access-lead = What you may do in { $organisation }, where it comes from, and who could give you more.
access-hold = Roles that you hold
access-hold-none = You hold no role. You look after your own account.
access-allowed = What you may do
access-may = You may
access-may-not = You may not
access-who = Who can give it?
access-ask = Who could give you more
access-ask-lead = Choose what you need. You see the roles that allow it and the people who can give you one.
access-ask-label = I want to
access-ask-show = Show
access-ask-all = Nothing: your roles allow everything.
access-ask-title = To { $permission }
access-ask-roles = Roles that allow it
access-ask-people = People who can give you one of them
access-ask-nobody = Nobody at the moment. The operator of this service can help.
access-ask-have = Your roles allow this already.
access-link = See what your roles allow
