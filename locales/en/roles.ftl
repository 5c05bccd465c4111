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

denied-title = Your roles don't allow this
denied-lead = These roles do. Ask a Global administrator of your organisation for one of them.
denied-account = Go to My account
role-reports-reader = Reports reader
role-reports-reader-does = Sees the activity log
role-directory-readers = Directory readers
role-directory-readers-does = Sees people, groups and applications
