/** Functions for metrics and data points. */
import './aggregate';
import './exponential';
import './metricKinds';
import './metrics';
import './newMetrics';
import './percentile';
