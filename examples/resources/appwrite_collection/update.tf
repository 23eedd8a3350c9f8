resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_collection" "authors" {
  database_id = appwrite_database.shop.id
  id          = "authors"
  name        = "Authors"

  attributes = {
    name    = { type = "varchar", size = 250, required = true }
    website = { type = "url" }
  }
}

resource "appwrite_collection" "books" {
  database_id = appwrite_database.shop.id
  id          = "books"
  name        = "All books"
  permissions = ["read(\"any\")", "write(\"team:editors\")", "create(\"users\")"]

  attributes = {
    # Renamed: the values stay.
    name    = { type = "string", size = 300, required = true, previous_key = "title" }
    pages   = { type = "integer", min = 1, max = 5000, default = "100" }
    price   = { type = "float" }
    genre   = { type = "enum", elements = ["novel", "essay", "poem"], default = "poem" }
    summary = { type = "text" }
    tags    = { type = "string", size = 40, array = true }
    author = {
      type                  = "relationship"
      related_collection_id = appwrite_collection.authors.id
      relationship_type     = "manyToOne"
      two_way               = true
      two_way_key           = "works"
      on_delete             = "restrict"
    }
  }

  indexes = {
    by_name = { type = "unique", attributes = ["name"] }
  }
}
