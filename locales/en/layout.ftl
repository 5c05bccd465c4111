# The frame of every page.

layout-skip = Skip to the content
layout-sign-in = Sign in
layout-sign-out = Sign out
layout-account-of = Account of { $name }

nav-label = Administration
nav-menu = Menu
nav-overview = Overview
nav-directory = Directory
nav-people = People
nav-groups = Groups
nav-applications = Applications
nav-access-requests = Access requests
nav-organisation = Organisation
nav-domains = Custom domain names
nav-billing = Billing account
nav-roles = Roles
nav-oversight = Oversight
nav-activity = Activity
nav-webhooks = Webhooks
nav-account = My account
nav-my-applications = My applications
nav-my-groups = My groups

theme-label = Colours
theme-light = Light
theme-dark = Dark
theme-system = System

notice-label = Development
notice-mailbox = Local mailbox
notice-payment = Sandbox payment
notice-http = Not encrypted

## Times

date-utc = { $day } { $month } { $year }
time-utc = { $day } { $month } { $year }, { $clock } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
