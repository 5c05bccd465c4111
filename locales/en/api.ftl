# The page that describes the API.

api-title = API
api-lead = Every address of the API, with what it takes and answers.
api-document = The same as an OpenAPI document
api-search = Search by path or words
api-count = { $count ->
    [one] One operation
   *[other] { $count } operations
}
api-parameters = Parameters
api-body = Body
api-answers = Answers
api-resources = Resources
api-property = Property
api-kind = Type
api-notes = To know
