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
role-global-reader = Global reader
role-global-reader-does = Sees everything, changes nothing
role-security-reader = Security reader
role-security-reader-does = Sees people and the activity log

denied-title = Your roles don't allow this
denied-lead = These roles do. Ask a Global administrator of your organisation for one of them.
denied-account = Go to My account
