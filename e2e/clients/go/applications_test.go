package clients

import (
	"testing"

	"github.com/hashicorp/go-azure-sdk/sdk/odata"
	"github.com/manicminer/hamilton/msgraph"
)

func applications() *msgraph.ApplicationsClient {
	client := msgraph.NewApplicationsClient()
	told(&client.BaseClient)
	return client
}

func principals() *msgraph.ServicePrincipalsClient {
	client := msgraph.NewServicePrincipalsClient()
	told(&client.BaseClient)
	return client
}

func principal(t *testing.T, application *msgraph.Application) *msgraph.ServicePrincipal {
	t.Helper()
	made := msgraph.ServicePrincipal{AccountEnabled: to(true), AppId: application.AppId}
	return must[msgraph.ServicePrincipal](t)(principals().Create(within(t), made))
}

func TestApplications(t *testing.T) {
	client, max := applications(), person(t, "max")
	shop := must[msgraph.Application](t)(client.Create(within(t), msgraph.Application{
		DisplayName: to("Shop"),
		Web:         &msgraph.ApplicationWeb{RedirectUris: &[]string{"https://shop.example/signed-in"}},
	}))
	id := *shop.ID()
	secret := must[msgraph.PasswordCredential](t)(client.AddPassword(within(t), id, msgraph.PasswordCredential{DisplayName: to("first")}))
	if len(*secret.SecretText) < 32 {
		t.Fatal("no secret is shown")
	}
	status, err := client.RemovePassword(within(t), id, *secret.KeyId)
	done(t, status, err)

	credential := must[msgraph.FederatedIdentityCredential](t)(client.CreateFederatedIdentityCredential(within(t), id, msgraph.FederatedIdentityCredential{
		Audiences: &[]string{"api://AzureADTokenExchange"},
		Issuer:    to("https://tokens.builds.example"),
		Name:      to("builds"),
		Subject:   to("repo:shop/shop:ref:refs/heads/main"),
	}))
	credential.Description = msgraph.NullableString("builds of the main branch")
	status, err = client.UpdateFederatedIdentityCredential(within(t), id, *credential)
	done(t, status, err)
	listed := must[[]msgraph.FederatedIdentityCredential](t)(client.ListFederatedIdentityCredentials(within(t), id, odata.Query{}))
	if len(*listed) != 1 || *(*listed)[0].Description != "builds of the main branch" {
		t.Fatalf("%v", *listed)
	}
	status, err = client.DeleteFederatedIdentityCredential(within(t), id, *credential.ID)
	done(t, status, err)

	shop.Owners = &msgraph.Owners{max.DirectoryObject}
	status, err = client.AddOwners(within(t), shop)
	done(t, status, err)
	must[string](t)(client.GetOwner(within(t), id, *max.ID()))
	status, err = client.RemoveOwners(within(t), id, &[]string{*max.ID()})
	done(t, status, err)

	change := msgraph.Application{DirectoryObject: msgraph.DirectoryObject{Id: &id}, DisplayName: to("Shop of Contoso")}
	status, err = client.Update(within(t), change)
	done(t, status, err)
	if found := must[[]msgraph.Application](t)(client.List(within(t), named("Shop of Contoso"))); len(*found) != 1 {
		t.Fatalf("%d applications with the name", len(*found))
	}
	status, err = client.Delete(within(t), id)
	done(t, status, err)
	must[msgraph.Application](t)(client.GetDeleted(within(t), id, odata.Query{}))
	must[msgraph.Application](t)(client.RestoreDeleted(within(t), id))
	status, err = client.Delete(within(t), id)
	done(t, status, err)
	status, err = client.DeletePermanently(within(t), id)
	done(t, status, err)
	gone[msgraph.Application](t)(client.GetDeleted(within(t), id, odata.Query{}))
}

func TestAppRoles(t *testing.T) {
	const role = "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2b001"
	orders := must[msgraph.Application](t)(applications().Create(within(t), msgraph.Application{
		DisplayName: to("Orders"),
		AppRoles: &[]msgraph.AppRole{{
			ID:                 to(role),
			AllowedMemberTypes: &[]msgraph.AppRoleAllowedMemberType{msgraph.AppRoleAllowedMemberTypeUser, msgraph.AppRoleAllowedMemberTypeApplication},
			Description:        to("Reads orders"),
			DisplayName:        to("Reader"),
			IsEnabled:          to(true),
			Value:              to("Orders.Read"),
		}},
	}))
	resource, robot := principal(t, orders), principal(t, must[msgraph.Application](t)(applications().Create(within(t), msgraph.Application{DisplayName: to("Robot")})))
	client := principals()
	for _, holder := range []string{*robot.ID(), *person(t, "pia").ID()} {
		made := must[msgraph.AppRoleAssignment](t)(client.AssignAppRoleForResource(within(t), holder, *resource.ID(), role))
		equal(t, made.PrincipalId, holder)
		listed := must[[]msgraph.AppRoleAssignment](t)(client.ListAppRoleAssignments(within(t), *resource.ID(), odata.Query{}))
		if len(*listed) != 1 {
			t.Fatalf("%d assignments", len(*listed))
		}
		status, err := client.RemoveAppRoleAssignment(within(t), *resource.ID(), *made.Id)
		done(t, status, err)
	}
}

func TestServicePrincipals(t *testing.T) {
	application := must[msgraph.Application](t)(applications().Create(within(t), msgraph.Application{DisplayName: to("Payroll")}))
	payroll, client := principal(t, application), principals()
	id := *payroll.ID()
	change := msgraph.ServicePrincipal{DirectoryObject: msgraph.DirectoryObject{Id: &id}, Notes: msgraph.NullableString("of the finance team")}
	status, err := client.Update(within(t), change)
	done(t, status, err)
	found := must[[]msgraph.ServicePrincipal](t)(client.List(within(t), named("Payroll")))
	if len(*found) != 1 || *(*found)[0].Notes != "of the finance team" {
		t.Fatalf("%v", *found)
	}

	mappings, issuances := msgraph.NewClaimsMappingPolicyClient(), msgraph.NewTokenIssuancePolicyClient()
	told(&mappings.BaseClient)
	told(&issuances.BaseClient)
	mapping := must[msgraph.ClaimsMappingPolicy](t)(mappings.Create(within(t), msgraph.ClaimsMappingPolicy{
		DisplayName: to("Staff"),
		Definition:  &[]string{`{"ClaimsMappingPolicy":{"Version":1,"ClaimsSchema":[{"Source":"user","ID":"employeeid","JwtClaimType":"staff"}]}}`},
	}))
	payroll.ClaimsMappingPolicies = &[]msgraph.ClaimsMappingPolicy{*mapping}
	issuance := must[msgraph.TokenIssuancePolicy](t)(issuances.Create(within(t), msgraph.TokenIssuancePolicy{
		DisplayName: to("Signed"),
		Definition:  &[]string{`{"TokenIssuancePolicy":{"Version":1,"SigningAlgorithm":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}}`},
	}))
	for range [2]int{} {
		status, err = client.AssignClaimsMappingPolicy(within(t), payroll)
		done(t, status, err)
		status, err = client.AssignTokenIssuancePolicy(within(t), id, &[]msgraph.TokenIssuancePolicy{*issuance})
		done(t, status, err)
	}
	if found := must[[]msgraph.ClaimsMappingPolicy](t)(client.ListClaimsMappingPolicy(within(t), id)); len(*found) != 1 {
		t.Fatalf("%d policies", len(*found))
	}
	if found := must[[]msgraph.TokenIssuancePolicy](t)(client.ListTokenIssuancePolicy(within(t), id)); len(*found) != 1 {
		t.Fatalf("%d policies", len(*found))
	}
	status, err = client.RemoveClaimsMappingPolicy(within(t), payroll, &[]string{*mapping.ID()})
	done(t, status, err)
	status, err = client.RemoveTokenIssuancePolicy(within(t), id, &[]string{*issuance.ID()})
	done(t, status, err)
	status, err = mappings.Delete(within(t), *mapping.ID())
	done(t, status, err)
	status, err = issuances.Delete(within(t), *issuance.ID())
	done(t, status, err)
	status, err = client.Delete(within(t), id)
	done(t, status, err)
	gone[msgraph.ServicePrincipal](t)(client.Get(within(t), id, odata.Query{}))
}
