/** Functions that read texts of other formats. */
import './cef';
import './clf';
import './csv';
import './elf';
import './leef';
import './url';
