/* address.h: the addresses of Maintainer and Uploaders.
 *
 *     Ada Example <ada@example.org>, "Example, Bo" <bo@example.org>, Cy Example, IV <cy@example.org>,
 * dee@example.org (Dee)
 *
 * Archives write less strictly than RFC 5322 allows: a comma ends an address only once its e-mail is there,
 * so that the third one above is one person. Quotes go, white space and folds become one space, comments stay
 * part of a name.
 */
#ifndef ARCHIVE_ADDRESS_H
#define ARCHIVE_ADDRESS_H

#include <sheaf/types.h>

#define ADDRESS_MAX 320 /* bytes of a name, and of an e-mail */

typedef struct address {
    char name[ADDRESS_MAX]; /* not NUL-terminated; may be empty */
    size_t name_len;
    char mail[ADDRESS_MAX]; /* in lower case */
    size_t mail_len;
} address;

typedef enum address_result { ADDRESS_OK, ADDRESS_END, ADDRESS_MALFORMED } address_result;

/* Takes the next address off `*rest`; empty elements (a comma at the end) are passed over. After
 * ADDRESS_MALFORMED
 * `*rest` is where the fault was found. */
address_result address_next(sheaf_slice *rest, address *ret);

#endif
