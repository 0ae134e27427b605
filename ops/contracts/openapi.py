from ops.contracts.schemas import Document


def openapi_documents() -> dict[str, Document]:
    return {}
