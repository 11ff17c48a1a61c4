-- As Rails makes tables on SQLite.
CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);
CREATE TABLE "ar_internal_metadata" ("key" varchar NOT NULL PRIMARY KEY, "value" varchar, "created_at" datetime(6) NOT NULL,
    "updated_at" datetime(6) NOT NULL);
CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar DEFAULT '' NOT NULL,
    "admin" boolean DEFAULT 0 NOT NULL, "settings" json DEFAULT '{}' NOT NULL, "manager_id" integer,
    "created_at" datetime(6) NOT NULL, CONSTRAINT "fk_rails_1" FOREIGN KEY ("manager_id") REFERENCES "users" ("id"));
CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email");
CREATE INDEX "index_users_on_manager_id" ON "users" ("manager_id");
CREATE TABLE "profiles" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "user_id" integer NOT NULL, "bio" text,
    "birthday" date, CONSTRAINT "fk_rails_2" FOREIGN KEY ("user_id") REFERENCES "users" ("id"));
CREATE UNIQUE INDEX "index_profiles_on_user_id" ON "profiles" ("user_id");
CREATE TABLE "categories" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, "parent_id" integer,
    CONSTRAINT "fk_rails_3" FOREIGN KEY ("parent_id") REFERENCES "categories" ("id"));
CREATE INDEX "index_categories_on_parent_id" ON "categories" ("parent_id");
CREATE TABLE "posts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "title" varchar NOT NULL, "body" text,
    "user_id" bigint NOT NULL, "reviewer_id" bigint, "price" decimal(8,2), "rating" float, "at" time,
    "published_at" datetime(6), CONSTRAINT "fk_rails_4" FOREIGN KEY ("user_id") REFERENCES "users" ("id"),
    CONSTRAINT "fk_rails_5" FOREIGN KEY ("reviewer_id") REFERENCES "users" ("id"));
CREATE INDEX "index_posts_on_user_id" ON "posts" ("user_id");
CREATE INDEX "index_posts_on_reviewer_id" ON "posts" ("reviewer_id");
CREATE TABLE "categories_posts" ("category_id" integer NOT NULL, "post_id" integer NOT NULL,
    FOREIGN KEY ("category_id") REFERENCES "categories" ("id"), FOREIGN KEY ("post_id") REFERENCES "posts" ("id"));
CREATE INDEX "index_categories_posts_1" ON "categories_posts" ("category_id", "post_id");
CREATE INDEX "index_categories_posts_2" ON "categories_posts" ("post_id", "category_id");
CREATE TABLE "audit_events" ("at" datetime NOT NULL, "what" varchar NOT NULL);
CREATE VIEW "popular_posts" AS SELECT id, title FROM posts;

INSERT INTO schema_migrations VALUES ('20240101000000');
INSERT INTO ar_internal_metadata VALUES ('environment', 'test', '2024-01-01 00:00:00', '2024-01-01 00:00:00');
INSERT INTO users VALUES (1, 'ann@example.org', 1, '{"theme": "dark"}', NULL, '2024-01-01 00:00:00.000000'),
    (2, 'bob@example.org', 0, '{}', 1, '2024-01-02 00:00:00.000000');
INSERT INTO profiles VALUES (1, 2, 'Bakes.', '1990-05-01');
INSERT INTO categories VALUES (1, 'Food', NULL), (2, 'Bread', 1);
INSERT INTO posts VALUES (1, 'Rye bread', 'Flour, water.', 2, 1, 4.5, 4.5, '2000-01-01 10:00:00', '2024-02-01 10:00:00');
INSERT INTO categories_posts VALUES (2, 1);
