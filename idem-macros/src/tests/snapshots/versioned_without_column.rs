#[allow(missing_docs, unreachable_pub)]
const _: () = {
    #[derive(Debug, Clone, Copy, Default)]
    pub struct UnknownColumn;
    impl ::diesel::Expression for UnknownColumn {
        type SqlType = ::diesel::sql_types::BigInt;
    }
    impl ::diesel::Column for UnknownColumn {
        type Table = <Product as ::diesel::associations::HasTable>::Table;
        const NAME: &'static ::core::primitive::str = "";
    }
    #[automatically_derived]
    impl ::idem_diesel::HasVersion for Product {
        type Version = ::core::primitive::i64;
        #[allow(clippy::misnamed_getters)]
        fn version(&self) -> &::core::primitive::i64 {
            loop {}
        }
    }
    #[automatically_derived]
    impl ::idem_diesel::Versioned for Product {
        type VersionColumn = UnknownColumn;
        type VersionSql = ::idem_diesel::__private::SqlTypeOf<Self::VersionColumn>;
        const VERSION: ::idem_diesel::__private::VersionColumn = ::idem_diesel::__private::increment::<
            ::core::primitive::i64,
            UnknownColumn,
        >();
        fn table_names() -> ::std::vec::Vec<::std::string::String> {
            ::idem_diesel::__private::table_names::<products::table>()
        }
        fn facts() -> ::idem_diesel::__private::Facts<Self> {
            #[allow(unused_imports)]
            use ::idem_diesel::__private::NotDerived as _;
            let probe = ::idem_diesel::__private::Probe::<Self>::new();
            ::idem_diesel::__private::Facts::new(
                probe.idem_version(),
                probe.idem_deletion(),
            )
        }
    }
};
