# Mails: <key>-subject, and <key>-body whose lines become paragraphs.

mail-footer = Sent by { $product }, { $link }
