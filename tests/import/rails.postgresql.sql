-- As Rails makes tables: bigint keys, plurals, polymorphic columns, a habtm table, counters, arrays, attachments.
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE ar_internal_metadata (
    key varchar NOT NULL PRIMARY KEY,
    value varchar,
    created_at timestamp(6) NOT NULL,
    updated_at timestamp(6) NOT NULL
);
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email varchar DEFAULT '' NOT NULL,
    encrypted_password varchar DEFAULT '' NOT NULL,
    admin boolean DEFAULT false NOT NULL,
    settings jsonb DEFAULT '{}' NOT NULL,
    manager_id bigint,
    created_at timestamp(6) NOT NULL,
    updated_at timestamp(6) NOT NULL
);
CREATE UNIQUE INDEX index_users_on_email ON users (email);
CREATE INDEX index_users_on_manager_id ON users (manager_id);
CREATE TABLE profiles (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL,
    bio text,
    birthday date,
    created_at timestamp(6) NOT NULL
);
CREATE UNIQUE INDEX index_profiles_on_user_id ON profiles (user_id);
CREATE TABLE categories (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    parent_id bigint
);
CREATE INDEX index_categories_on_parent_id ON categories (parent_id);
CREATE TABLE posts (
    id bigserial PRIMARY KEY,
    title varchar NOT NULL,
    body text,
    user_id bigint NOT NULL,
    reviewer_id bigint,
    status integer DEFAULT 0 NOT NULL,
    comments_count integer DEFAULT 0 NOT NULL,
    price numeric(8, 2),
    rating double precision,
    tag_ids bigint[] DEFAULT '{}' NOT NULL,
    words varchar[],
    published_at timestamp(6),
    created_at timestamp(6) NOT NULL
);
COMMENT ON TABLE posts IS 'What people write.';
COMMENT ON COLUMN posts.status IS '0 draft, 1 "published"';
COMMENT ON COLUMN posts.user_id IS 'Who wrote it.';
CREATE INDEX index_posts_on_user_id ON posts (user_id);
CREATE INDEX index_posts_on_reviewer_id ON posts (reviewer_id);
CREATE TABLE tags (id bigserial PRIMARY KEY, name varchar NOT NULL);
CREATE UNIQUE INDEX index_tags_on_name ON tags (name);
CREATE TABLE categories_posts (category_id bigint NOT NULL, post_id bigint NOT NULL);
CREATE INDEX index_categories_posts_on_category_id_and_post_id ON categories_posts (category_id, post_id);
CREATE INDEX index_categories_posts_on_post_id_and_category_id ON categories_posts (post_id, category_id);
CREATE TABLE comments (
    id bigserial PRIMARY KEY,
    commentable_type varchar NOT NULL,
    commentable_id bigint NOT NULL,
    user_id bigint,
    body text NOT NULL,
    created_at timestamp(6) NOT NULL
);
CREATE INDEX index_comments_on_commentable ON comments (commentable_type, commentable_id);
CREATE INDEX index_comments_on_user_id ON comments (user_id);
CREATE TABLE active_storage_blobs (
    id bigserial PRIMARY KEY,
    key varchar NOT NULL,
    filename varchar NOT NULL,
    checksum bytea,
    byte_size bigint NOT NULL,
    token uuid
);
CREATE UNIQUE INDEX index_active_storage_blobs_on_key ON active_storage_blobs (key);
CREATE VIEW popular_posts AS SELECT id, title FROM posts WHERE comments_count > 10;
CREATE TABLE audit_events (at timestamp NOT NULL, what varchar NOT NULL);
ALTER TABLE users ADD CONSTRAINT fk_rails_1 FOREIGN KEY (manager_id) REFERENCES users (id);
ALTER TABLE profiles ADD CONSTRAINT fk_rails_2 FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE categories ADD CONSTRAINT fk_rails_3 FOREIGN KEY (parent_id) REFERENCES categories (id);
ALTER TABLE posts ADD CONSTRAINT fk_rails_4 FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE posts ADD CONSTRAINT fk_rails_5 FOREIGN KEY (reviewer_id) REFERENCES users (id);
ALTER TABLE categories_posts ADD CONSTRAINT fk_rails_6 FOREIGN KEY (category_id) REFERENCES categories (id);
ALTER TABLE categories_posts ADD CONSTRAINT fk_rails_7 FOREIGN KEY (post_id) REFERENCES posts (id);
ALTER TABLE comments ADD CONSTRAINT fk_rails_8 FOREIGN KEY (user_id) REFERENCES users (id);

INSERT INTO schema_migrations VALUES ('20240101000000');
INSERT INTO ar_internal_metadata VALUES ('environment', 'test', '2024-01-01', '2024-01-01');
INSERT INTO users VALUES (1, 'ann@example.org', 'x', true, '{"theme": "dark"}', NULL, '2024-01-01', '2024-01-01'),
    (2, 'bob@example.org', 'y', false, '{}', 1, '2024-01-02', '2024-01-02');
INSERT INTO profiles VALUES (1, 2, 'Bakes.', '1990-05-01', '2024-01-03');
INSERT INTO categories VALUES (1, 'Food', NULL), (2, 'Bread', 1);
INSERT INTO tags VALUES (1, 'rye');
INSERT INTO posts VALUES (1, 'Rye bread', 'Flour, water.', 2, 1, 1, 1, 4.50, 4.5, '{1}', '{a,b}', '2024-02-01 10:00:00',
    '2024-02-01');
INSERT INTO categories_posts VALUES (2, 1);
INSERT INTO comments VALUES (1, 'Post', 1, 1, 'Good.', '2024-02-02');
INSERT INTO active_storage_blobs VALUES (1, 'k', 'rye.jpg', '\x00ff', 12, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
INSERT INTO audit_events VALUES ('2024-02-02', 'login');
