/** Functions that parse other text formats. */
import './cef';
import './clf';
import './csv';
import './elf';
import './leef';
import './url';
