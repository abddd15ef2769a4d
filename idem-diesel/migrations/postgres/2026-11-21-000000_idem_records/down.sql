DROP TABLE public.idem_records;
