package clients

import (
	"testing"

	"github.com/hashicorp/go-azure-sdk/sdk/odata"
	"github.com/manicminer/hamilton/msgraph"
)

func users() *msgraph.UsersClient {
	client := msgraph.NewUsersClient()
	told(&client.BaseClient)
	return client
}

func groups() *msgraph.GroupsClient {
	client := msgraph.NewGroupsClient()
	told(&client.BaseClient)
	return client
}

func person(t *testing.T, name string) *msgraph.User {
	t.Helper()
	return must[msgraph.User](t)(users().Create(within(t), msgraph.User{
		AccountEnabled:    to(true),
		DisplayName:       to(name),
		MailNickname:      to(name),
		UserPrincipalName: to(name + "@" + domain),
		PasswordProfile:   &msgraph.UserPasswordProfile{Password: to(password)},
	}))
}

func group(t *testing.T, name string) *msgraph.Group {
	t.Helper()
	return must[msgraph.Group](t)(groups().Create(within(t), msgraph.Group{
		DisplayName:     to(name),
		MailEnabled:     to(false),
		MailNickname:    to(name),
		SecurityEnabled: to(true),
	}))
}

func TestPeople(t *testing.T) {
	client, ben, ida := users(), person(t, "ben"), person(t, "ida")
	id := *ben.ID()
	equal(t, must[msgraph.User](t)(client.Get(within(t), id, odata.Query{})).UserPrincipalName, "ben@"+domain)
	change := msgraph.User{DirectoryObject: ben.DirectoryObject, Department: msgraph.NullableString("Sales")}
	status, err := client.Update(within(t), change)
	done(t, status, err)
	query := odata.Query{Select: []string{"id", "department"}}
	if found := must[msgraph.User](t)(client.Get(within(t), id, query)); *found.Department != "Sales" {
		t.Fatal("the change is missing")
	}
	if found := must[[]msgraph.User](t)(client.List(within(t), named("ben"))); len(*found) != 1 {
		t.Fatalf("%d people with the name", len(*found))
	}
	if found := must[[]msgraph.User](t)(client.List(within(t), odata.Query{Top: 2})); len(*found) != 2 {
		t.Fatalf("%d people on a page of two", len(*found))
	}

	status, err = client.AssignManager(within(t), id, *ida)
	done(t, status, err)
	equal(t, must[msgraph.User](t)(client.GetManager(within(t), id)).ID(), *ida.ID())
	status, err = client.DeleteManager(within(t), id)
	done(t, status, err)

	status, err = client.Delete(within(t), id)
	done(t, status, err)
	gone[msgraph.User](t)(client.Get(within(t), id, odata.Query{}))
	equal(t, must[msgraph.User](t)(client.GetDeleted(within(t), id, odata.Query{})).ID(), id)
	must[msgraph.User](t)(client.RestoreDeleted(within(t), id))
	must[msgraph.User](t)(client.Get(within(t), id, odata.Query{}))
	status, err = client.Delete(within(t), id)
	done(t, status, err)
	status, err = client.DeletePermanently(within(t), id)
	done(t, status, err)
	gone[msgraph.User](t)(client.GetDeleted(within(t), id, odata.Query{}))
}

func TestGroups(t *testing.T) {
	client, eva, sales, north := groups(), person(t, "eva"), group(t, "sales"), group(t, "north")
	id, owner := *sales.ID(), *eva.ID()
	sales.Members = &msgraph.Members{eva.DirectoryObject, north.DirectoryObject}
	sales.Owners = &msgraph.Owners{eva.DirectoryObject}
	for range [2]int{} {
		// Who is there already stays, and the client takes that for done.
		status, err := client.AddMembers(within(t), sales)
		done(t, status, err)
		status, err = client.AddOwners(within(t), sales)
		done(t, status, err)
	}
	holds(t, must[[]string](t)(client.ListMembers(within(t), id)), owner, *north.ID())
	holds(t, must[[]string](t)(client.ListTransitiveMembers(within(t), id)), owner, *north.ID())
	holds(t, must[[]string](t)(client.ListOwners(within(t), id)), owner)
	must[string](t)(client.GetMember(within(t), id, owner))
	must[string](t)(client.GetOwner(within(t), id, owner))
	if found := must[[]msgraph.User](t)(client.GetMembers(within(t), id, odata.Query{})); len(*found) != 2 {
		t.Fatalf("%d members", len(*found))
	}
	held := must[[]msgraph.Group](t)(users().ListGroupMemberships(within(t), owner, odata.Query{}))
	if len(*held) != 1 || *(*held)[0].ID() != id {
		t.Fatalf("%v", *held)
	}
	status, err := client.RemoveMembers(within(t), id, &[]string{owner})
	done(t, status, err)
	holds(t, must[[]string](t)(client.ListMembers(within(t), id)), *north.ID())

	change := msgraph.Group{DirectoryObject: msgraph.DirectoryObject{Id: &id}, Description: msgraph.NullableString("All of sales")}
	status, err = client.Update(within(t), change)
	done(t, status, err)
	found := must[[]msgraph.Group](t)(client.List(within(t), named("sales")))
	if len(*found) != 1 || *(*found)[0].Description != "All of sales" {
		t.Fatalf("%v", *found)
	}
	status, err = client.Delete(within(t), *north.ID())
	done(t, status, err)
	must[msgraph.Group](t)(client.GetDeleted(within(t), *north.ID(), odata.Query{}))
	must[msgraph.Group](t)(client.RestoreDeleted(within(t), *north.ID()))
	status, err = client.Delete(within(t), *north.ID())
	done(t, status, err)
	status, err = client.DeletePermanently(within(t), *north.ID())
	done(t, status, err)
	gone[msgraph.Group](t)(client.GetDeleted(within(t), *north.ID(), odata.Query{}))
}

func TestDomains(t *testing.T) {
	client := msgraph.NewDomainsClient()
	told(&client.BaseClient)
	found := must[[]msgraph.Domain](t)(client.List(within(t), odata.Query{}))
	if len(*found) != 1 {
		t.Fatalf("%d domain names", len(*found))
	}
	equal(t, must[msgraph.Domain](t)(client.Get(within(t), domain, odata.Query{})).ID, domain)
}

func TestRoles(t *testing.T) {
	templates, roles := msgraph.NewDirectoryRoleTemplatesClient(), msgraph.NewDirectoryRolesClient()
	told(&templates.BaseClient)
	told(&roles.BaseClient)
	all := must[[]msgraph.DirectoryRoleTemplate](t)(templates.List(within(t)))
	if len(*all) < 5 {
		t.Fatalf("%d templates", len(*all))
	}
	const reader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	must[msgraph.DirectoryRole](t)(roles.Activate(within(t), reader))
	role := must[msgraph.DirectoryRole](t)(roles.GetByTemplateId(within(t), reader))
	ola := person(t, "ola")
	role.Members = &msgraph.Members{ola.DirectoryObject}
	status, err := roles.AddMembers(within(t), role)
	done(t, status, err)
	equal(t, must[string](t)(roles.GetMember(within(t), *role.ID(), *ola.ID())), *ola.ID())
	holds(t, must[[]string](t)(roles.ListMembers(within(t), *role.ID())), *ola.ID())
	status, err = roles.RemoveMembers(within(t), *role.ID(), &[]string{*ola.ID()})
	done(t, status, err)
	holds(t, must[[]string](t)(roles.ListMembers(within(t), *role.ID())))
}

func TestAdministrativeUnits(t *testing.T) {
	client, pat, south := msgraph.NewAdministrativeUnitsClient(), person(t, "pat"), group(t, "south")
	told(&client.BaseClient)
	unit := must[msgraph.AdministrativeUnit](t)(client.Create(within(t), msgraph.AdministrativeUnit{
		DisplayName: to("Athens"),
		Description: msgraph.NullableString("Who works there"),
	}))
	id := *unit.ID
	unit.DisplayName, unit.Description = to("Athens and Patras"), msgraph.NullableString("")
	status, err := client.Update(within(t), *unit)
	done(t, status, err)
	equal(t, must[msgraph.AdministrativeUnit](t)(client.Get(within(t), id, odata.Query{})).DisplayName, "Athens and Patras")
	for range [2]int{} {
		status, err = client.AddMembers(within(t), id, &msgraph.Members{pat.DirectoryObject, south.DirectoryObject})
		done(t, status, err)
	}
	holds(t, must[[]string](t)(client.ListMembers(within(t), id)), *pat.ID(), *south.ID())
	must[string](t)(client.GetMember(within(t), id, *pat.ID()))
	held := must[[]msgraph.AdministrativeUnit](t)(groups().ListAdministrativeUnitMemberships(within(t), *south.ID()))
	if len(*held) != 1 || *(*held)[0].ID != id {
		t.Fatalf("%v", *held)
	}
	status, err = client.RemoveMembers(within(t), id, &[]string{*pat.ID(), *south.ID()})
	done(t, status, err)
	made := must[msgraph.Group](t)(client.CreateGroup(within(t), id, &msgraph.Group{
		DisplayName:     to("harbour"),
		MailEnabled:     to(false),
		MailNickname:    to("harbour"),
		SecurityEnabled: to(true),
	}))
	holds(t, must[[]string](t)(client.ListMembers(within(t), id)), *made.ID())
	if found := must[[]msgraph.AdministrativeUnit](t)(client.List(within(t), named("Athens and Patras"))); len(*found) != 1 {
		t.Fatalf("%d units with the name", len(*found))
	}
	if found := must[[]msgraph.ScopedRoleMembership](t)(client.ListScopedRoleMembers(within(t), id, odata.Query{})); len(*found) != 0 {
		t.Fatalf("%d scoped roles", len(*found))
	}
	status, err = client.Delete(within(t), id)
	done(t, status, err)
	gone[msgraph.AdministrativeUnit](t)(client.Get(within(t), id, odata.Query{}))
}
