/** What the processors that are not written as statements are made of: functions whose names no statement can have. */
import './actions';
import './redaction';
import './sampling';
