#[automatically_derived]
impl ::idem_diesel::SoftDeletable for Product {
    fn is_deleted(&self) -> ::core::primitive::bool {
        ::idem_diesel::__private::is_deleted(&self.deleted_at)
    }
}
#[automatically_derived]
impl ::idem_diesel::SoftDelete for Product {
    type DeletedAt = products::deleted_at;
    type DeletedBy = ::idem_diesel::__private::NoColumn;
    type DeletedReason = ::idem_diesel::__private::NoColumn;
    const DELETION: ::idem_diesel::__private::DeletedAt = ::idem_diesel::__private::deletion::<
        Self::DeletedAt,
    >();
    const MARKS: &'static [&'static ::core::primitive::str] = &[];
    fn facts() -> ::idem_diesel::__private::Facts<Self> {
        #[allow(unused_imports)]
        use ::idem_diesel::__private::NotDerived as _;
        let probe = ::idem_diesel::__private::Probe::<Self>::new();
        ::idem_diesel::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}
