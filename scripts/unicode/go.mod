module otelwasm.dev/scripts/unicode

go 1.25
