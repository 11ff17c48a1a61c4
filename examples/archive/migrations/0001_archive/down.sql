DROP TABLE requirement;
DROP TABLE dependency;
DROP TABLE binary_package;
DROP TABLE package_uploader;
DROP TABLE package;
DROP TABLE person;
DROP TABLE suite;
DROP TABLE distro;
