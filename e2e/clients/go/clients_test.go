// Package clients has hamilton, a client of Microsoft Graph that others wrote, ask the directory API: it is told our address in place
// of Microsoft's, and the secret of an application.
package clients

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/hashicorp/go-azure-sdk/sdk/auth"
	"github.com/hashicorp/go-azure-sdk/sdk/environments"
	"github.com/hashicorp/go-azure-sdk/sdk/odata"
	"github.com/manicminer/hamilton/msgraph"
)

const password = "lively brass orchard 71"

var (
	authorizer auth.Authorizer
	address    = os.Getenv("SERVICE_URL")
	domain     = os.Getenv("SERVICE_DOMAIN")
)

func TestMain(m *testing.M) {
	cloud := environments.AzurePublic()
	cloud.Name = "Tenantry"
	cloud.Authorization.LoginEndpoint = address
	cloud.MicrosoftGraph = environments.MicrosoftGraphAPI(address)
	credentials := auth.Credentials{
		Environment:                           *cloud,
		TenantID:                              os.Getenv("SERVICE_TENANT"),
		ClientID:                              os.Getenv("CLIENT_ID"),
		ClientSecret:                          os.Getenv("CLIENT_SECRET"),
		EnableAuthenticatingUsingClientSecret: true,
	}
	found, err := auth.NewAuthorizerFromCredentials(context.Background(), credentials, cloud.MicrosoftGraph)
	if err != nil {
		panic(err)
	}
	authorizer = found
	os.Exit(m.Run())
}

// told gives a client our address. What isn't there is missing for good here, so nothing is asked again.
func told(client *msgraph.Client) {
	client.Authorizer = authorizer
	client.Endpoint = address
	client.DisableRetries = true
	client.RetryableClient.RetryMax = 0
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func to[T any](value T) *T {
	return &value
}

// done fails the test unless a call without an answer went well.
func done(t *testing.T, _ int, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must gives the answer of a call that went well.
func must[T any](t *testing.T) func(*T, int, error) *T {
	return func(answer *T, _ int, err error) *T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if answer == nil {
			t.Fatal("no answer")
		}
		return answer
	}
}

// gone fails the test unless what was asked for isn't there.
func gone[T any](t *testing.T) func(*T, int, error) {
	return func(_ *T, status int, err error) {
		t.Helper()
		if err == nil || status != 404 {
			t.Fatalf("answered %d, %v", status, err)
		}
	}
}

func equal[T comparable](t *testing.T, found *T, wanted T) {
	t.Helper()
	if found == nil || *found != wanted {
		t.Fatalf("%v, not %v", found, wanted)
	}
}

func holds(t *testing.T, ids *[]string, wanted ...string) {
	t.Helper()
	if len(*ids) != len(wanted) {
		t.Fatalf("%v, not %v", *ids, wanted)
	}
	for _, id := range wanted {
		found := false
		for _, other := range *ids {
			found = found || other == id
		}
		if !found {
			t.Fatalf("%v without %s", *ids, id)
		}
	}
}

func named(name string) odata.Query {
	return odata.Query{Filter: "displayName eq '" + name + "'"}
}
