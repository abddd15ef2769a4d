DROP FUNCTION public.idem_finish(text, text, text, bytea, text, text);
DROP FUNCTION public.idem_claim(text, text, text, bytea, bytea, integer, interval);
DROP TABLE public.idem_records;
