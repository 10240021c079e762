/** Functions for processors that are not compiled to statements. No statement can use their names. */
import './actions';
import './redaction';
import './sampling';
