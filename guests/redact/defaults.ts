/** Globs of keys whose values are secret, whatever they are; the case of ASCII letters does not count. */
export const SECRET_KEYS: string[] = [
  '*password*',
  '*passwd*',
  '*passphrase*',
  'pwd',
  '*.pwd',
  '*_pwd',
  '*secret*',
  '*credential*',
  '*api_key*',
  '*api-key*',
  '*api.key*',
  '*apikey*',
  '*access_key*',
  '*access-key*',
  '*accesskey*',
  '*private_key*',
  '*private-key*',
  '*privatekey*',
  '*encryption_key*',
  '*signing_key*',
  '*authorization*',
  '*cookie*',
  'token',
  '*.token',
  '*_token',
  '*-token',
  '*accesstoken*',
  '*refreshtoken*',
  '*authtoken*',
  '*idtoken*',
  '*csrf*',
  '*xsrf*',
  'ssn',
  '*.ssn',
  '*_ssn',
  'cvv',
  '*.cvv',
  '*_cvv',
  'cvc',
  '*.cvc',
  '*_cvc',
];

/** What semantic conventions name like a secret, and is none: a reference to one, or a count. */
export const NO_SECRET_KEYS: string[] = [
  'aws.secretsmanager.secret.arn',
  'k8s.secret.*',
  'gen_ai.*token',
  'gen_ai.token.*',
];

/** The preset `genai`: what people and models wrote, and what tools were given and answered. */
export const GENAI_KEYS: string[] = [
  // Semantic conventions of OpenTelemetry, those of today and of before.
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.prompt.*',
  'gen_ai.completion',
  'gen_ai.completion.*',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.tool.definitions',
  'gen_ai.retrieval.query.text',
  'gen_ai.retrieval.documents',
  'gen_ai.evaluation.explanation',
  'gen_ai.*.content',
  'gen_ai.event.content',
  // OpenInference, OpenLLMetry, and the AI SDK of Vercel.
  'input.value',
  'output.value',
  'llm.input_messages*',
  'llm.output_messages*',
  'llm.prompts*',
  'llm.completions*',
  'llm.prompt_template.*',
  'tool.parameters',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'ai.prompt*',
  'ai.response.text',
  'ai.response.object',
  'ai.response.toolcalls',
  'ai.response.reasoning*',
  'ai.result.*',
  'ai.toolcall.args',
  'ai.toolcall.result',
  'mcp.request.argument.*',
];

/** Log records whose `event_name`, or attribute `event.name`, begins so have their body masked by `genai`. */
export const GENAI_EVENTS: string = 'gen_ai.';

/** Keys whose values are SQL, for `"sql": true`. */
export const SQL_KEYS: string[] = ['db.query.text', 'db.statement', 'db.query.summary'];
